// Builds leadline-release.aar from what `scripts/bindings.sh android` wrote.
pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
}
dependencyResolutionManagement {
    repositories {
        google()
        mavenCentral()
    }
}
rootProject.name = "leadline-android"
include(":leadline")
