package sessionctl.cli;

class PlantedFreemarker {
    freemarker.template.Template library;
}
