package sessionctl.plan;

class PlantedOut {
    void say() {
        System.out.println();
    }
}
