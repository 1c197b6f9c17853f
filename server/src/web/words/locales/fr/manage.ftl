manage-keep-it = Garder
