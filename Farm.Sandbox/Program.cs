using Farm.Sandbox.Outside;

// farm-sandbox: standard input is a socket. Each message on it hands over the connection of one build, for which a process
// is cloned; see Channel for what is said on a connection. Ends when nobody holds the other side of the socket any more.
return Resident.Run();
