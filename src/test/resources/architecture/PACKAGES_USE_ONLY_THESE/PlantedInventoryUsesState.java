package sessionctl.inventory;

class PlantedInventoryUsesState {
    sessionctl.state.DropletState other;
}
