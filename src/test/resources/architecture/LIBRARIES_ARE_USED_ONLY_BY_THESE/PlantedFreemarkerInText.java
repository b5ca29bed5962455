package sessionctl.report.text;

class PlantedFreemarkerInText {
    freemarker.template.Template library;
}
