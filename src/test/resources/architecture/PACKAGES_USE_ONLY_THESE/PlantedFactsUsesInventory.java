package sessionctl.facts;

class PlantedFactsUsesInventory {
    sessionctl.inventory.Cluster other;
}
