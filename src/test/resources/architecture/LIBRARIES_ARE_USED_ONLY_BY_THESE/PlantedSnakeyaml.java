package sessionctl.desired;

class PlantedSnakeyaml {
    org.yaml.snakeyaml.Yaml library;
}
