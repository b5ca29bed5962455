package sessionctl.command;

class PlantedThread {
    Object thread = new Thread(() -> {});
}
