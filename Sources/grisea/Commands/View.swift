import ArgumentParser
import Batch
import Imaging
import Reports

/// `grisea view SCAN FOLDER`
struct View: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Print the commands that show a scan with its labels in FSLeyes, ITK-SNAP, MRIcroGL and niivue.",
    discussion: """
      Example:
        grisea view sub-01_T1w.nii.gz out
      """)

  @Argument(help: "The scan.")
  var scan: String

  @Argument(help: "The folder with its results.")
  var folder: String

  func run() throws {
    let name = ScanName(path: scan).stem
    guard
      let subject = try ResultFolder(folder, images: WorkList.items([scan])).subjects.first(where: {
        $0.name == name
      })
    else { throw ReportError.noLabels(of: scan, folder: folder) }
    for line in ViewerCommands(scan: scan, labels: subject.labels, tables: folder).lines { print(line) }
  }
}
