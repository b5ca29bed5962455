package sessionctl.lab;

class PlantedLabOpensInventory {
    sessionctl.inventory.Cluster guest;
}
