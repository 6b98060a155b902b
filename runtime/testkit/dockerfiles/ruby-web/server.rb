require "router"
require "socket"

router = Router.new
router.get("/") { "#{ENV.fetch("RACK_ENV")} by #{Process.uid}:#{Process.gid}" }
router.get("/files") { Dir.children(".").sort.join(" ") }

server = TCPServer.new(4567)
$stdout.sync = true
puts "listening"
trap("TERM") { exit 0 }
loop do
  client = server.accept
  path = client.gets.to_s.split[1]
  loop { break if client.gets.to_s.strip.empty? }
  body = router.call(path)
  client.write("HTTP/1.1 200 OK\r\nContent-Length: #{body.bytesize}\r\nConnection: close\r\n\r\n#{body}")
  client.close
end
