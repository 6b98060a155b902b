import type { Words } from '../words.ts';

export const findings: Words['findings'] = {
  'rules.ok': { what: 'Las reglas de las redes están en el kernel.' },
  'rules.unsupported': {
    what: 'Este kernel no tiene nf_tables.',
    why: 'Los contenedores no llegan a nada fuera de sus redes, y a los puertos publicados solo se llega por direcciones de este equipo.',
    fix: 'Cargar los módulos nf_tables, nft_chain_nat, nft_fib_inet, nft_ct y nft_masq, o usar un kernel que los tenga.',
  },
  'rules.flushed': {
    what: 'La tabla {table} de nf_tables ya no está: alguien ha vaciado todas las reglas.',
    why: 'Los contenedores no llegan a nada de fuera, a los puertos publicados no se llega desde otros equipos y las redes no están separadas.',
    fix: 'Reiniciar el motor o iniciar un contenedor con un puerto publicado: ambas cosas crean las reglas de nuevo. «systemctl restart nftables» las vacía; recargar tablas sueltas no.',
  },
  'forward-policy.ok': { what: 'Nada descarta por defecto los paquetes reenviados.' },
  'forward-policy.drops': {
    what: 'Los paquetes reenviados se descartan por defecto: lo hace {chains}.',
    why: 'Puede que los contenedores no lleguen a nada de fuera y que a los puertos publicados no se llegue desde otros equipos. Docker y ufw fijan esta política; solo reglas a su lado pueden hacer excepciones, y este motor no toca más reglas que las suyas.',
  },
  'forwarding.ok': { what: 'El equipo reenvía paquetes donde los contenedores lo necesitan.' },
  'forwarding.off': {
    what: 'Desactivado: {settings}.',
    why: 'Los contenedores no llegan a nada fuera de sus redes. El motor lo activó; algo lo ha desactivado después.',
  },
  'bridge-netfilter.ok': { what: 'Los paquetes entre contenedores de una red no pasan por reglas de iptables.' },
  'bridge-netfilter.allowed': { what: 'br_netfilter está cargado; las reglas permiten paquetes entre contenedores de una red.' },
  'bridge-netfilter.drops': {
    what: 'br_netfilter entrega los paquetes entre contenedores de una red a iptables, que los descarta por defecto.',
    why: 'Puede que los contenedores de una red no se alcancen entre sí.',
    fix: 'Hacer las excepciones que nombra la comprobación forward-policy, o: sysctl -w net.bridge.bridge-nf-call-iptables=0',
  },
  'firewalld.ok': { what: 'firewalld no está en marcha.' },
  'firewalld.runs': {
    what: 'firewalld está en marcha, y sus zonas también juzgan los paquetes de los contenedores.',
    why: 'Una zona que rechaza aparta a los contenedores del equipo, de su resolutor y del exterior.',
  },
  'ufw.ok': { what: 'ufw no está activado.' },
  'ufw.enabled': {
    what: 'ufw está activado; no juzga los puertos publicados.',
    why: 'Un puerto publicado en todas las direcciones está abierto a otros equipos, diga lo que diga «ufw deny»: sus paquetes se reenvían, no se reciben.',
    fix: 'Publicar en la dirección de loopback lo que otros no deban alcanzar: -p 127.0.0.1:8080:80. Para que los contenedores salgan: ufw route allow in on BRIDGE',
  },
  'subnets.ok': { what: 'Ninguna subred de una red está también en otro sitio.' },
  'subnets.overlap': {
    what: 'Hay subredes que se solapan: {overlaps}.',
    why: 'Lo que hay tras el otro enlace, a menudo una VPN, queda fuera del alcance de este equipo, o quedan los contenedores.',
    fix: 'Eliminar la red y crearla con otra subred.',
  },
  'connection-tracking.ok': { what: 'El kernel tiene sitio para seguir conexiones.' },
  'connection-tracking.many': {
    what: 'El kernel sigue {count} conexiones de un máximo de {limit}.',
    why: 'Las conexiones nuevas de los contenedores y de todo lo demás en este equipo se descartan cuando no hay sitio.',
  },
  'cgroups.ok': { what: 'Los grupos de control aplican los límites.' },
  'cgroups.incomplete': {
    what: 'No se pueden usar todos los grupos de control: {problems}.',
    why: 'Los límites de los contenedores no se aplican, o faltan sus cifras.',
    fix: 'Ejecutar el motor donde sea dueño de sus grupos de control: como root o como servicio con Delegate=yes.',
  },
  'launcher.ok': { what: 'El lanzador está ahí.' },
  'launcher.missing': {
    what: 'Falta el programa del lanzador: {path}.',
    why: 'Este motor lo tiene en memoria; el siguiente no podrá iniciar contenedores.',
  },
  'disk.ok': { what: '{path}: quedan {free:bytes} de {total:bytes}.' },
  'disk.low': {
    what: '{path} está casi lleno: quedan {free:bytes} de {total:bytes}.',
    why: 'Pronto no se podrán traer imágenes y los contenedores no podrán escribir.',
    fix: 'Liberar espacio en «Uso del disco» o dar más sitio al disco.',
  },
  'disk.full': {
    what: '{path} está lleno: quedan {free:bytes} de {total:bytes}.',
    why: 'No se pueden traer imágenes y los contenedores no pueden escribir.',
    fix: 'Liberar espacio en «Uso del disco» o dar más sitio al disco.',
  },
};
