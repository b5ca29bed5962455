package sessionctl.desired;

class PlantedDesiredUsesFacts {
    sessionctl.facts.FactsProbe other;
}
