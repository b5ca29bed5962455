package sessionctl.facts;

class PlantedFactsOpensInventory {
    sessionctl.inventory.Cluster guest;
}
