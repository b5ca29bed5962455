package sessionctl.cli;

class PlantedGson {
    com.google.gson.Gson library;
}
