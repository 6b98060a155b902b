import type { Words } from '../words.ts';

export const findings: Words['findings'] = {
  'rules.ok': { what: 'Die Regeln der Netzwerke sind im Kernel.' },
  'rules.unsupported': {
    what: 'Dieser Kernel hat kein nf_tables.',
    why: 'Container erreichen nichts außerhalb ihrer Netzwerke, und veröffentlichte Ports sind nur über Adressen dieses Hosts erreichbar.',
    fix: 'Die Module nf_tables, nft_chain_nat, nft_fib_inet, nft_ct und nft_masq laden, oder einen Kernel verwenden, der sie hat.',
  },
  'rules.flushed': {
    what: 'Die Tabelle {table} von nf_tables ist weg: jemand hat alle Regeln gelöscht.',
    why: 'Container erreichen nichts draußen, veröffentlichte Ports sind von anderen Rechnern nicht erreichbar, und Netzwerke sind nicht voneinander getrennt.',
    fix: 'Die Engine neu starten oder einen Container mit veröffentlichtem Port starten: beides legt die Regeln neu an. „systemctl restart nftables“ löscht sie; ein Neuladen einzelner Tabellen nicht.',
  },
  'forward-policy.ok': { what: 'Weitergeleitete Pakete werden von nichts grundsätzlich verworfen.' },
  'forward-policy.drops': {
    what: 'Weitergeleitete Pakete werden grundsätzlich verworfen: von {chains}.',
    why: 'Container erreichen womöglich nichts draußen, und veröffentlichte Ports sind von anderen Rechnern womöglich nicht erreichbar. Docker und ufw setzen diese Vorgabe; nur Regeln daneben schaffen Ausnahmen, und diese Engine fasst nur ihre eigenen Regeln an.',
  },
  'forwarding.ok': { what: 'Der Host leitet Pakete weiter, wo Container es brauchen.' },
  'forwarding.off': {
    what: 'Ausgeschaltet: {settings}.',
    why: 'Container erreichen nichts außerhalb ihrer Netzwerke. Die Engine hat es eingeschaltet; seitdem hat es etwas ausgeschaltet.',
  },
  'bridge-netfilter.ok': { what: 'Pakete zwischen Containern eines Netzwerks durchlaufen keine iptables-Regeln.' },
  'bridge-netfilter.allowed': { what: 'br_netfilter ist geladen; die Regeln lassen Pakete zwischen Containern eines Netzwerks zu.' },
  'bridge-netfilter.drops': {
    what: 'br_netfilter gibt Pakete zwischen Containern eines Netzwerks an iptables, das sie grundsätzlich verwirft.',
    why: 'Container eines Netzwerks erreichen einander womöglich nicht.',
    fix: 'Die Ausnahmen anlegen, die die Prüfung forward-policy nennt, oder: sysctl -w net.bridge.bridge-nf-call-iptables=0',
  },
  'firewalld.ok': { what: 'firewalld läuft nicht.' },
  'firewalld.runs': {
    what: 'firewalld läuft, und seine Zonen urteilen auch über Pakete von Containern.',
    why: 'Eine Zone, die abweist, trennt Container vom Host, seinem Resolver und der Außenwelt.',
  },
  'ufw.ok': { what: 'ufw ist nicht aktiv.' },
  'ufw.enabled': {
    what: 'ufw ist aktiv; über veröffentlichte Ports urteilt es nicht.',
    why: 'Ein auf allen Adressen veröffentlichter Port ist für andere Rechner offen, was „ufw deny“ auch sagt: seine Pakete werden weitergeleitet, nicht empfangen.',
    fix: 'Was andere nicht erreichen sollen, auf der Loopback-Adresse veröffentlichen: -p 127.0.0.1:8080:80. Für den Weg der Container nach draußen: ufw route allow in on BRIDGE',
  },
  'subnets.ok': { what: 'Kein Subnetz eines Netzwerks gibt es noch anderswo.' },
  'subnets.overlap': {
    what: 'Subnetze überschneiden sich: {overlaps}.',
    why: 'Was hinter der anderen Verbindung liegt, oft ein VPN, ist für diesen Host unerreichbar, oder die Container sind es.',
    fix: 'Das Netzwerk entfernen und mit einem anderen Subnetz anlegen.',
  },
  'connection-tracking.ok': { what: 'Der Kernel hat Platz, um Verbindungen zu verfolgen.' },
  'connection-tracking.many': {
    what: 'Der Kernel verfolgt {count} Verbindungen von höchstens {limit}.',
    why: 'Neue Verbindungen von Containern und allem anderen auf diesem Host werden verworfen, wenn kein Platz ist.',
  },
  'cgroups.ok': { what: 'Control Groups setzen Grenzen durch.' },
  'cgroups.incomplete': {
    what: 'Nicht alle Control Groups sind verwendbar: {problems}.',
    why: 'Grenzen von Containern gelten nicht, oder ihre Zahlen fehlen.',
    fix: 'Die Engine dort ausführen, wo ihr die Control Groups gehören: als root oder als Dienst mit Delegate=yes.',
  },
  'launcher.ok': { what: 'Der Launcher ist da.' },
  'launcher.missing': {
    what: 'Das Programm des Launchers fehlt: {path}.',
    why: 'Diese Engine hat es im Speicher; die nächste kann keine Container starten.',
  },
  'disk.ok': { what: '{path}: {free:bytes} von {total:bytes} frei.' },
  'disk.low': {
    what: '{path} ist fast voll: {free:bytes} von {total:bytes} frei.',
    why: 'Bald lassen sich keine Images mehr holen, und Container können nicht mehr schreiben.',
    fix: 'Unter „Speicher“ aufräumen oder der Festplatte mehr Platz geben.',
  },
  'disk.full': {
    what: '{path} ist voll: {free:bytes} von {total:bytes} frei.',
    why: 'Images lassen sich nicht holen, und Container können nicht schreiben.',
    fix: 'Unter „Speicher“ aufräumen oder der Festplatte mehr Platz geben.',
  },
};
