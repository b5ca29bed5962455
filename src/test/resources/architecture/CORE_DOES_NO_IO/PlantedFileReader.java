package sessionctl.desired;

class PlantedFileReader {
    Object open() throws java.io.IOException {
        return new java.io.FileInputStream("x");
    }
}
