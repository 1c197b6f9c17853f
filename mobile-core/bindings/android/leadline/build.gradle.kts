plugins {
    id("com.android.library") version "8.7.3"
    id("org.jetbrains.kotlin.android") version "2.0.21"
}

android {
    namespace = "leadline"
    compileSdk = 35
    defaultConfig {
        minSdk = 26 // as scripts/bindings.sh builds the libraries
        consumerProguardFiles("consumer-rules.pro")
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
    kotlinOptions { jvmTarget = "17" }
}

dependencies {
    api("net.java.dev.jna:jna:5.15.0@aar") // calls the library
    api("org.jetbrains.kotlinx:kotlinx-coroutines-core:1.9.0") // suspend functions
}
