args --load-fails
init {} {"initializationOptions": {"editorPluginInfo": {"name": "p", "version": "1"}}}
< {"method": "didChangeStatus", "params": {"busy": true}}
< {"method": "window/showMessage"}
< {"method": "didChangeStatus", "params": {"busy": false, "kind": "Error", "message": "$starts The model could not be loaded: "}}
bye
