"""The sync protocol: its messages (wire), the desk's side (client), the server's side (engine), and the transports."""
