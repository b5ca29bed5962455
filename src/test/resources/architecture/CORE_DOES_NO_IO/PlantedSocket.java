package sessionctl.facts;

class PlantedSocket {
    Object net = new java.net.Socket();
}
