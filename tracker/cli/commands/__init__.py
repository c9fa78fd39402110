"""One file per verb. Commands never import each other; ``cli`` alone knows them all."""
