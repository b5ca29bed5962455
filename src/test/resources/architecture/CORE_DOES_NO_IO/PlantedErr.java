package sessionctl.desired;

class PlantedErr {
    void say() {
        System.err.println();
    }
}
