package sessionctl.guard;

class PlantedGuardUsesInventory {
    sessionctl.inventory.Cluster other;
}
