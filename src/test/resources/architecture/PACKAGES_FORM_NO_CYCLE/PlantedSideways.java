package sessionctl.inventory;

class PlantedSideways {
    sessionctl.ssh.Shells shells;
}
