package sessionctl.ssh.net;

class PlantedNetUsesTransport {
    sessionctl.ssh.transport.SshjShells other;
}
