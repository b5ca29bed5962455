package sessionctl.util;

class PlantedUtil {
    static final int NUMBER = 1;
}
