import ArgumentParser
import Files
import Morphometry

extension ScanNormalization.Modulation: ExpressibleByArgument {}

/// `--template`, `--modulation` and `--smoothing` of `normalize`.
struct NormalizationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Normalize to this template: mni152, or a folder of `grisea template`.", valueName: "mni152|dir"))
  var template = NormalizationTemplate.builtIn

  @Option(
    help: ArgumentHelp(
      "Multiply by the Jacobian determinant of the whole map (all: ml of tissue), of the nonlinear map (nonlinear: head size taken out), or not at all (none).",
      valueName: "all|nonlinear|none"))
  var modulation = ScanNormalization.Modulation.all

  @Option(
    help: "Smooth the maps by a Gaussian of this full width at half maximum in mm; 0 for no smoothed map.")
  var smoothing = 8.0

  func validate() throws {
    guard smoothing >= 0, smoothing <= 100 else {
      throw ValidationError("--smoothing \(smoothing): needed a width from 0 to 100 mm")
    }
  }

  /// The template's space.
  var space: TemplateSpace { NormalizationTemplate.space(of: template) }

  var value: NormalizedScan.Options { NormalizedScan.Options(modulation: modulation, smoothing: smoothing) }
}
