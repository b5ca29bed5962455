package sessionctl.lab;

class PlantedLabUsesInventory {
    sessionctl.inventory.Cluster other;
}
