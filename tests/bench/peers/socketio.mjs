// A bare broadcast on socket.io: what is posted to /publish goes to every socket as one event.
import http from "node:http";
import { Server } from "socket.io";

const server = http.createServer((request, response) => {
  if (request.url !== "/publish") return;
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    sockets.emit("message", Buffer.concat(parts).toString());
    response.writeHead(200, { "content-length": 0 }).end();
  });
});
const sockets = new Server(server, { transports: ["websocket"], perMessageDeflate: false });
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
