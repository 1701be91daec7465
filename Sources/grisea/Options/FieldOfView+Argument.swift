import ArgumentParser
import Segmentation

extension FieldOfView: ExpressibleByArgument {}
