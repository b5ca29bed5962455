package sessionctl.ini;

class PlantedIniUsesInventory {
    sessionctl.inventory.Cluster other;
}
