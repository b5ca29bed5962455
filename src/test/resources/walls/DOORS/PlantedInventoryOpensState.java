package sessionctl.inventory;

class PlantedInventoryOpensState {
    sessionctl.state.DropletState guest;
}
