package sessionctl.cli;

class PlantedSshj {
    net.schmizz.sshj.SSHClient library;
}
