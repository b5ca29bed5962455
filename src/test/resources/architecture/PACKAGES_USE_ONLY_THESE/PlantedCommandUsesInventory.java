package sessionctl.command;

class PlantedCommandUsesInventory {
    sessionctl.inventory.Cluster other;
}
