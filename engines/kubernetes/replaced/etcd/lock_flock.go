package fileutil

import (
	"errors"
	"os"
)

var errNoFiles = errors.New("an engine has no files to lock")

func flockTryLockFile(string, int, os.FileMode) (*LockedFile, error) { return nil, errNoFiles }

func flockLockFile(string, int, os.FileMode) (*LockedFile, error) { return nil, errNoFiles }
