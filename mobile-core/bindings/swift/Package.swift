// swift-tools-version: 5.9
// Needs what `scripts/bindings.sh apple` writes: Sources/Leadline/Leadline.swift and LeadlineCore.xcframework.
import PackageDescription

let package = Package(
    name: "Leadline",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [.library(name: "Leadline", targets: ["Leadline"])],
    targets: [
        .binaryTarget(name: "LeadlineCore", path: "LeadlineCore.xcframework"),
        .target(
            name: "Leadline",
            dependencies: ["LeadlineCore"],
            linkerSettings: [.linkedFramework("Security"), .linkedFramework("SystemConfiguration")]
        ),
    ]
)
