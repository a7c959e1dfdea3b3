;;; artel.el --- Inline completion from the program on this machine  -*- lexical-binding: t; -*-

;; Package-Requires: ((emacs "27.1"))

;;; Commentary:

;; A minor mode that shows the suggestion as grey text behind point.  It has its own connection to the server, so that
;; it works beside eglot and lsp-mode.  What is suggested, and what is left of it as the user types along, is the
;; server's business.  See README.md.

;;; Code:

(require 'jsonrpc)
(require 'seq)
(require 'subr-x)
(require 'url-util)

(defvar artel-mode)

(defgroup artel nil "Inline completion, offline." :group 'completion)

(defcustom artel-program
  (let ((built (expand-file-name "../../build/release/lsp/artel"
                                 (file-name-directory (or load-file-name buffer-file-name default-directory)))))
    (if (file-executable-p built) built "artel"))
  "The program `artel'." :type 'string)

(defcustom artel-settings nil
  "Settings of the server as a property list, such as (:disabledLanguages [\"markdown\"])." :type 'plist)

(defcustom artel-idle-delay 0.05 "Seconds after a key before a suggestion is asked for." :type 'number)

(defface artel-ghost '((t :inherit shadow)) "Face of what is suggested.")

(defvar artel--connection nil "The connection, shared by all buffers.")
(defvar-local artel--version nil "Version of the buffer that the server has; nil before it is opened.")
(defvar-local artel--sent-tick nil "What `buffer-chars-modified-tick' was then.")
(defvar-local artel--overlay nil "Overlay of the suggestion that is shown.")
(defvar-local artel--item nil "The suggestion: (BEGIN END TEXT COMMAND).")
(defvar-local artel--timer nil)

(defun artel--uri ()
  "URI of the buffer."
  (if buffer-file-name
      (concat "file://" (url-hexify-string (file-truename buffer-file-name) url-path-allowed-chars))
    (concat "untitled:" (url-hexify-string (buffer-name)))))

(defun artel--language ()
  "LSP's name for the major mode."
  (let ((name (replace-regexp-in-string "\\(-ts\\)?-mode\\'" "" (symbol-name major-mode))))
    (pcase name ("c++" "cpp") ("sh" "shellscript") ("js" "javascript") ("emacs-lisp" "lisp") (_ name))))

(defun artel--connect ()
  "The running connection, started when there is none."
  (unless (and artel--connection (jsonrpc-running-p artel--connection))
    (let ((root (expand-file-name (or (locate-dominating-file default-directory ".git") default-directory))))
      (setq artel--connection
            (make-instance
             'jsonrpc-process-connection :name "artel"
             :events-buffer-scrollback-size 0
             :request-dispatcher (lambda (&rest _) nil)
             :notification-dispatcher #'artel--notified
             :process (make-process :name "artel" :command (list artel-program "lsp") :connection-type 'pipe
                                    :coding 'utf-8-emacs-unix :noquery t
                                    :stderr (get-buffer-create " *artel stderr*"))))
      (jsonrpc-request artel--connection :initialize
                       (list :processId (emacs-pid)
                             :workspaceFolders (vector (list :uri (concat "file://" (url-hexify-string root url-path-allowed-chars))
                                                             :name (file-name-nondirectory (directory-file-name root))))
                             :initializationOptions (or artel-settings (make-hash-table))
                             :capabilities '(:general (:positionEncodings ["utf-32" "utf-16"])
                                             :textDocument (:inlineCompletion (:dynamicRegistration :json-false))))
                       :timeout 20)
      (jsonrpc-notify artel--connection :initialized (make-hash-table))
      (dolist (buffer (buffer-list))
        (with-current-buffer buffer (setq artel--version nil)))))
  artel--connection)

(defun artel--notified (_connection method params)
  "Keep what the server logs in the buffer *artel log*."
  (when (memq method '(window/logMessage window/showMessage))
    (with-current-buffer (get-buffer-create "*artel log*")
      (goto-char (point-max))
      (insert (plist-get params :message) "\n"))))

(defun artel--sync ()
  "Tell the server the buffer's text, if it changed."
  (let ((tick (buffer-chars-modified-tick)) (connection (artel--connect))
        (text (save-restriction (widen) (buffer-substring-no-properties (point-min) (point-max)))))
    (cond ((not artel--version)
           (setq artel--version 1)
           (jsonrpc-notify connection :textDocument/didOpen
                           (list :textDocument (list :uri (artel--uri) :languageId (artel--language)
                                                     :version 1 :text text))))
          ((not (eql tick artel--sent-tick))
           (setq artel--version (1+ artel--version))
           (jsonrpc-notify connection :textDocument/didChange
                           (list :textDocument (list :uri (artel--uri) :version artel--version)
                                 :contentChanges (vector (list :text text))))))
    (setq artel--sent-tick tick)))

(defun artel--position ()
  "Point as LSP has it; columns are characters."
  (save-restriction
    (widen)
    (list :line (1- (line-number-at-pos nil t)) :character (- (point) (line-beginning-position)))))

(defun artel--point (position)
  "The place in the buffer that POSITION, on point's line, means."
  (min (line-end-position) (+ (line-beginning-position) (plist-get position :character))))

(defun artel-dismiss ()
  "Hide the suggestion."
  (interactive)
  (when artel--overlay (delete-overlay artel--overlay))
  (setq artel--overlay nil artel--item nil))

(defun artel--show (items)
  "Show the first of ITEMS at point."
  (artel-dismiss)
  (when (> (length items) 0)
    (let* ((item (aref items 0)) (range (plist-get item :range))
           (begin (artel--point (plist-get range :start))) (end (artel--point (plist-get range :end)))
           (text (plist-get item :insertText)) (typed (buffer-substring-no-properties begin (point)))
           (covered (buffer-substring-no-properties (point) end))
           (shown (if (string-prefix-p typed text) (substring text (length typed)) (concat " -> " text))))
      (when (and (not (string-empty-p covered)) (string-suffix-p covered shown))
        (setq shown (substring shown 0 (- (length shown) (length covered)))))
      (unless (string-empty-p shown)
        (setq artel--item (list begin end text (plist-get item :command)))
        (setq artel--overlay (make-overlay (point) (point) nil t nil))
        (let ((ghost (propertize shown 'face 'artel-ghost)))
          (put-text-property 0 1 'cursor t ghost)
          (overlay-put artel--overlay 'after-string ghost)
          ;; Keys that mean something only while there is something to take.
          (overlay-put artel--overlay 'artel t))))))

(defun artel-suggest (&optional invoked)
  "Ask for a suggestion at point; INVOKED (interactively always) by the user's own gesture."
  (interactive (list t))
  (artel--sync)
  (let ((buffer (current-buffer)) (tick (buffer-chars-modified-tick)) (at (point)))
    (jsonrpc-async-request
     artel--connection :textDocument/inlineCompletion
     (list :textDocument (list :uri (artel--uri)) :position (artel--position)
           :context (list :triggerKind (if invoked 1 2)))
     :deferred nil :timeout 60
     :success-fn (lambda (result)
                   (when (and (buffer-live-p buffer))
                     (with-current-buffer buffer
                       (when (and artel-mode (= at (point)) (eql tick (buffer-chars-modified-tick)))
                         (artel--show (plist-get result :items))))))
     :error-fn #'ignore :timeout-fn #'ignore)))

(defun artel--take (text end)
  "Replace from the suggestion's begin to END by TEXT."
  (let ((begin (nth 0 artel--item)))
    (artel-dismiss)
    (goto-char begin)
    (delete-region begin end)
    (insert text)))

(defun artel-accept ()
  "Take the suggestion."
  (interactive)
  (pcase-let ((`(,_ ,end ,text ,command) artel--item))
    (when text
      (artel--take text end)
      (artel--sync)
      (when command
        (jsonrpc-async-request artel--connection :workspace/executeCommand
                               (list :command (plist-get command :command)
                                     :arguments (or (plist-get command :arguments) []))
                               :success-fn #'ignore :error-fn #'ignore :timeout-fn #'ignore)))))

(defun artel-accept-word ()
  "Take the next word of the suggestion."
  (interactive)
  (pcase-let ((`(,begin ,end ,text ,_) artel--item))
    (when text
      (let* ((typed (buffer-substring-no-properties begin (point)))
             (from (if (string-prefix-p typed text) (length typed) 0))
             (to (progn (string-match "[[:space:]\n]*\\(?:[[:alnum:]_]+\\|[^[:alnum:][:space:]]+\\)" text from)
                        (match-end 0))))
        (artel--take (substring text 0 to) (if (= to (length text)) end (point)))
        (artel-suggest)))))

(defun artel-why ()
  "Tell where the buffer's last suggestion came from, what was done to it, and how long it took."
  (interactive)
  (artel--sync)
  (let ((said (jsonrpc-request artel--connection :workspace/executeCommand
                               (list :command "artel.why" :arguments (vector (list :uri (artel--uri)))))))
    (with-help-window "*artel why*" (princ said))
    said))

(defun artel-visible-p ()
  "Whether a suggestion is shown."
  (and artel--overlay t))

(defun artel--filter (command)
  "COMMAND while a suggestion is shown; else the key means what it did before."
  (when (artel-visible-p) command))

(defvar artel-mode-map
  (let ((map (make-sparse-keymap)))
    (dolist (binding '(("TAB" . artel-accept) ("<tab>" . artel-accept) ("M-<right>" . artel-accept-word)
                       ("C-g" . artel-dismiss)))
      (define-key map (kbd (car binding)) `(menu-item "" ,(cdr binding) :filter artel--filter)))
    (define-key map (kbd "M-\\") #'artel-suggest)
    map)
  "Keys of `artel-mode'.")

(defun artel--after-command ()
  "Hide what is not for here; ask anew when the user has typed."
  (when (and artel--overlay (or (/= (point) (overlay-start artel--overlay))
                                (not (eql artel--sent-tick (buffer-chars-modified-tick)))))
    (artel-dismiss))
  (when artel--timer (cancel-timer artel--timer))
  (when (and (memq this-command '(self-insert-command newline newline-and-indent electric-newline-and-maybe-indent
                                                      artel-accept c-electric-paren c-electric-brace c-electric-semi&comma))
             (not executing-kbd-macro) (not defining-kbd-macro) (not buffer-read-only))
    (setq artel--timer
          (run-with-timer artel-idle-delay nil
                          (lambda (buffer)
                            (when (eq buffer (current-buffer))
                              (condition-case e (artel-suggest)
                                (error (setq artel-mode nil)
                                       (message "artel: %s; M-x artel-mode tries again" (error-message-string e))))))
                          (current-buffer)))))

(defun artel--close ()
  "The buffer is going away."
  (when (and artel--version artel--connection (jsonrpc-running-p artel--connection))
    (jsonrpc-notify artel--connection :textDocument/didClose (list :textDocument (list :uri (artel--uri)))))
  (setq artel--version nil))

;;;###autoload
(define-minor-mode artel-mode
  "Show what may come next as grey text behind point."
  :lighter " artel"
  (if artel-mode
      (progn
        (add-hook 'post-command-hook #'artel--after-command nil t)
        (add-hook 'kill-buffer-hook #'artel--close nil t))
    (remove-hook 'post-command-hook #'artel--after-command t)
    (remove-hook 'kill-buffer-hook #'artel--close t)
    (when artel--timer (cancel-timer artel--timer))
    (artel-dismiss)
    (artel--close)))

(provide 'artel)
;;; artel.el ends here
