package sessionctl.ini;

class PlantedIniUsesState {
    sessionctl.state.DropletState other;
}
