package sessionctl.command;

class PlantedCommandOpensInventory {
    sessionctl.inventory.Cluster guest;
}
