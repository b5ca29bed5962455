package sessionctl.state;

class PlantedPool {
    java.util.concurrent.ExecutorService pool;
}
