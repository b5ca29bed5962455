package sessionctl.plan.cellar;

class PlantedCellar {
    static final int NUMBER = 1;
}
