package sessionctl.action;

class PlantedActionUsesCli {
    sessionctl.cli.Main other;
}
