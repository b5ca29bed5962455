package sessionctl;

class PlantedInTheRoot {}
