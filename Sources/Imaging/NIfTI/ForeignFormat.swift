import Files
import Foundation

/// A file format other than NIfTI, recognized by its first bytes or its name.
public enum ForeignFormat: Hashable, Sendable, CaseIterable {
  /// Image and surface formats.
  case dicom, minc, nrrd, metaImage, afni, philips, gifti
  /// Compressed files and archives.
  case bzip2, zstandard, xz, zip, compress, lz4, tar
  /// Text files that stand for content stored elsewhere.
  case annexPointer, lfsPointer
  /// Files that are downloaded by mistake in place of a volume.
  case webPage, picture

  /// Recognizes a format.
  /// - Parameters:
  ///   - lead: The first bytes of the content, inflated if it is gzip. About 300 bytes suffice for all formats.
  ///   - path: The path of the file, whose suffix decides for formats without a signature.
  public init?(lead: [UInt8], path: String) {
    let found = Self.marks.first { mark in
      lead.count >= mark.offset && lead[mark.offset...].starts(with: mark.bytes)
    }
    guard let format = found?.format ?? Self.text(lead) ?? Self.ending(path) else { return nil }
    self = format
  }

  private static let marks: [(format: ForeignFormat, offset: Int, bytes: [UInt8])] = [
    (.dicom, 128, Array("DICM".utf8)), (.nrrd, 0, Array("NRRD".utf8)), (.minc, 0, Array("CDF\u{1}".utf8)),
    (.minc, 0, Array("CDF\u{2}".utf8)), (.minc, 0, [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]),
    (.bzip2, 0, Array("BZh".utf8)), (.zstandard, 0, [0x28, 0xb5, 0x2f, 0xfd]),
    (.xz, 0, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), (.zip, 0, [0x50, 0x4b, 3, 4]), (.compress, 0, [0x1f, 0x9d]),
    (.lz4, 0, [0x04, 0x22, 0x4d, 0x18]), (.tar, 257, Array("ustar".utf8)),
    (.lfsPointer, 0, Array("version https://git-lfs".utf8)),
    (.annexPointer, 0, Array("/annex/objects/".utf8)), (.annexPointer, 0, Array("../.git/annex/".utf8)),
    (.picture, 0, [0x89, 0x50, 0x4e, 0x47]), (.picture, 0, [0xff, 0xd8, 0xff]),
    (.metaImage, 0, Array("ObjectType".utf8)), (.philips, 0, Array("# === DATA DESCRIPTION".utf8)),
  ]

  /// Recognizes text formats, which contain their signature anywhere near the start.
  private static func text(_ lead: [UInt8]) -> ForeignFormat? {
    guard !lead.contains(0) else { return nil }
    let text = String(decoding: lead, as: UTF8.self).lowercased()
    if text.contains(".git/annex/objects/") { return .annexPointer }
    if text.contains("<gifti") { return .gifti }
    if text.contains("<!doctype html") || text.contains("<html") { return .webPage }
    return nil
  }

  /// Recognizes formats without a signature, or with a signature that is too short, by the suffix of the path.
  private static func ending(_ path: String) -> ForeignFormat? {
    var name = path.lowercased()
    if name.hasSuffix(".gz") { name = String(name.dropLast(3)) }
    switch (name as NSString).pathExtension {
    case "dcm", "ima": return .dicom
    case "brik", "head": return .afni
    case "par", "rec": return .philips
    case "mhd", "mha": return .metaImage
    case "nhdr": return .nrrd
    default: return nil
    }
  }

  /// The format as a phrase that follows "is", for example "FreeSurfer MGH".
  public var name: String {
    switch self {
    case .dicom: "DICOM"
    case .minc: "MINC (or other netCDF or HDF5)"
    case .nrrd: "NRRD"
    case .metaImage: "MetaImage"
    case .afni: "AFNI BRIK/HEAD"
    case .philips: "Philips PAR/REC"
    case .gifti: "GIFTI, which holds a surface and no volume"
    case .bzip2: "compressed by bzip2"
    case .zstandard: "compressed by zstd"
    case .xz: "compressed by xz"
    case .zip: "a zip archive"
    case .compress: "compressed by compress"
    case .lz4: "compressed by lz4"
    case .tar: "a tar archive"
    case .annexPointer: "a git-annex pointer, whose content has not been fetched"
    case .lfsPointer: "a Git LFS pointer, whose content has not been fetched"
    case .webPage: "a web page (HTML), which servers send in place of a missing file"
    case .picture: "a picture"
    }
  }

  /// Returns an instruction for the user: a command that makes the file readable, if there is one.
  public func remedy(for path: String) -> String {
    let (word, stem) = (Self.word(path), Self.stem(path))
    let target = Self.word(stem + ".nii.gz")
    return switch self {
    case .dicom: "convert its folder: dcm2niix -z y -o OUTPUT_FOLDER \(Self.word(Self.folder(of: path)))"
    case .minc: "convert it: mnc2nii \(word) \(Self.word(stem + ".nii"))"
    case .nrrd, .metaImage: "convert it: c3d \(word) -o \(target)"
    case .afni: "convert it: 3dAFNItoNIFTI -prefix \(target) \(Self.word(stem))"
    case .philips: "convert it: dcm2niix -z y -o OUTPUT_FOLDER \(Self.word(stem + ".PAR"))"
    case .bzip2: "unpack it: bunzip2 -k \(word)"
    case .zstandard: "unpack it: zstd -d \(word)"
    case .xz: "unpack it: xz -dk \(word)"
    case .zip: "unpack it: unzip \(word)"
    case .compress: "unpack it: uncompress \(word)"
    case .lz4: "unpack it: lz4 -d \(word)"
    case .tar: "unpack it: tar -xf \(word)"
    case .annexPointer: "fetch it: datalad get \(word), or git annex get \(word)"
    case .lfsPointer: "fetch it: git lfs pull --include \(word)"
    case .webPage: "download the file again"
    case .gifti, .picture: "a volume in NIfTI is needed"
    }
  }

  /// Returns the path without the suffixes of an image.
  private static func stem(_ path: String) -> String {
    var stem = path as NSString
    if stem.pathExtension.lowercased() == "gz" { stem = stem.deletingPathExtension as NSString }
    return stem.deletingPathExtension
  }

  /// Returns the path itself if it is a folder, or else its folder.
  private static func folder(of path: String) -> String {
    if DurableFolder.exists(path) { return path }
    let folder = (path as NSString).deletingLastPathComponent
    return folder.isEmpty ? "." : folder
  }

  /// Returns text as a word for the shell.
  private static func word(_ text: String) -> String { ShellWords.line([text]) }
}

extension ForeignFormat {
  /// Returns whether a folder contains DICOM files, judged by the first of its files with a readable start.
  static func isDICOM(folder: String) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().prefix(20).contains { name in
      let path = (folder as NSString).appendingPathComponent(name)
      var facts = stat()
      // Pipes and devices are not opened.
      guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG,
        let file = FileHandle(forReadingAtPath: path),
        let lead = try? file.read(upToCount: 132)
      else { return false }
      return lead.dropFirst(128).elementsEqual("DICM".utf8)
    }
  }
}
