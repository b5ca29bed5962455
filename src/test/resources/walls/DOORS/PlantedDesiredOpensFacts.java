package sessionctl.desired;

class PlantedDesiredOpensFacts {
    sessionctl.facts.FactsProbe guest;
}
