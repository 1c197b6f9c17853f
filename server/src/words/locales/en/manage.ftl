manage-keep-it = Keep it
