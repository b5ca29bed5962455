package sessionctl.report;

class PlantedDifflib {
    com.github.difflib.patch.Patch<String> library;
}
