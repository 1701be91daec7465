enum NeuralNetworkOutline {}
